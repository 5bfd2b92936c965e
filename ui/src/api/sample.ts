/** A small library of invented posts for the browser and the tests. */
import type { CategoryView, DocNode, Language, Status } from "./types";

export interface SamplePost {
  id: string;
  pairId: string;
  language: Language;
  title: string;
  slug: string;
  status: Status;
  daysAgo: number;
  doc: DocNode;
}

const text = (value: string, ...marks: string[]): DocNode => ({
  type: "text",
  text: value,
  ...(marks.length > 0 && { marks: marks.map((type) => ({ type })) }),
});
const p = (...content: (string | DocNode)[]): DocNode => ({
  type: "paragraph",
  content: content.map((part) => (typeof part === "string" ? text(part) : part)),
});
const h = (level: number, value: string): DocNode => ({
  type: "heading",
  attrs: { level },
  content: [text(value)],
});
const list = (...items: string[]): DocNode => ({
  type: "bulletList",
  attrs: { tight: true },
  content: items.map((item) => ({ type: "listItem", content: [p(item)] })),
});
const table = (rows: string[][]): DocNode => ({
  type: "table",
  content: rows.map((cells, row) => ({
    type: "tableRow",
    content: cells.map((cell, column) => ({
      type: row === 0 ? "tableHeader" : "tableCell",
      attrs: { colspan: 1, rowspan: 1, colwidth: null, align: column === 0 ? null : "right" },
      content: [p(cell)],
    })),
  })),
});
const doc = (...content: DocNode[]): DocNode => ({ type: "doc", content });

const heard = doc(
  p(
    "Between 4 May and 26 June, 1,284 people and 37 organisations told us which public data they need and what stops them from using it. This post says ",
    text("what we heard", "bold"),
    ", what we will do and what we will not.",
  ),
  h(2, "What you asked for"),
  p("Three requests came up in every session, in both languages:"),
  list(
    "Publish data on a fixed calendar, and say when a date slips.",
    "Keep the old versions, so that a figure can be cited later.",
    "Offer plain CSV files beside the maps and dashboards.",
  ),
  {
    type: "paragraph",
    content: [
      {
        type: "text",
        text: "What we heard: full report",
        marks: [{ type: "link", attrs: { href: "../attachments/what-we-heard-2026.pdf", title: null } }],
      },
    ],
  },
  h(2, "How people took part"),
  table([
    ["Channel", "Responses", "In French"],
    ["Online questionnaire", "1,102", "431"],
    ["Public sessions (9)", "182", "74"],
    ["Written submissions", "37", "12"],
  ]),
  {
    type: "footnoteDefinition",
    attrs: { label: "1" },
    content: [
      {
        type: "paragraph",
        content: [{ type: "text", text: "Submission 014, Association of Research Libraries, page 6." }],
      },
    ],
  },
);

const dit = doc(
  p(
    "Du 4 mai au 26 juin, 1 284 personnes et 37 organismes nous ont dit de quelles données publiques ils ont besoin.",
  ),
  h(2, "Vos demandes"),
  list(
    "Publier les données à dates fixes, et dire quand une date change.",
    "Garder les anciennes versions, pour qu’un chiffre reste citable.",
  ),
);

const short = (value: string): DocNode => doc(p(value));

const post = (
  id: string,
  pairId: string,
  language: Language,
  title: string,
  slug: string,
  status: Status,
  daysAgo: number,
  body: DocNode,
): SamplePost => ({ id, pairId, language, title, slug, status, daysAgo, doc: body });

export const samplePosts: SamplePost[] = [
  post("p1", "a", "en", "What we heard: the 2026 open data consultation", "open-data", "draft", 0, heard),
  post(
    "p2",
    "a",
    "fr",
    "Ce que vous nous avez dit\u00a0: la consultation sur les données ouvertes",
    "donnees-ouvertes",
    "draft",
    0,
    dit,
  ),
  post(
    "p3",
    "b",
    "en",
    "Access to information: how long answers take now",
    "answers",
    "published",
    1,
    short("Half of the answers now take 21 days or fewer."),
  ),
  post(
    "p4",
    "b",
    "fr",
    "Accès à l’information\u00a0: la durée des réponses",
    "reponses",
    "published",
    1,
    short("La moitié des réponses demandent 21 jours ou moins."),
  ),
  post(
    "p5",
    "c",
    "fr",
    "Calendrier 2027 de publication des jeux de données",
    "calendrier",
    "draft",
    4,
    short("Les dates de 2027."),
  ),
  post(
    "p6",
    "d",
    "en",
    "Correction: Table 3 of the 2025 data inventory",
    "correction",
    "published",
    26,
    short("Table 3 counted 41 data sets twice."),
  ),
  post(
    "p7",
    "d",
    "fr",
    "Correction\u00a0: tableau 3 de l’inventaire 2025",
    "correction-fr",
    "published",
    26,
    short("Le tableau 3 comptait 41 jeux de données deux fois."),
  ),
  post(
    "p8",
    "e",
    "en",
    "Portal maintenance on 17 October",
    "maintenance",
    "withdrawn",
    37,
    short("The portal was away from 18:00 to 20:00."),
  ),
];

export const sampleCategories: CategoryView[] = [
  {
    id: "c1",
    parent: null,
    nameEn: "Access to information",
    nameFr: "Accès à l’information",
    pathEn: "Access to information",
    pathFr: "Accès à l’information",
    posts: 1,
  },
  {
    id: "c2",
    parent: null,
    nameEn: "Consultation",
    nameFr: "Consultation",
    pathEn: "Consultation",
    pathFr: "Consultation",
    posts: 0,
  },
  {
    id: "c3",
    parent: "c2",
    nameEn: "Calls for comment",
    nameFr: "Appels à commentaires",
    pathEn: "Consultation/Calls for comment",
    pathFr: "Consultation/Appels à commentaires",
    posts: 0,
  },
  {
    id: "c4",
    parent: "c2",
    nameEn: "Reports",
    nameFr: "Rapports",
    pathEn: "Consultation/Reports",
    pathFr: "Consultation/Rapports",
    posts: 1,
  },
  {
    id: "c5",
    parent: null,
    nameEn: "Open data",
    nameFr: "Données ouvertes",
    pathEn: "Open data",
    pathFr: "Données ouvertes",
    posts: 2,
  },
];

/** One of many, for a long list: each a day older than the one before. */
export function samplePost(number: number): SamplePost {
  const subjects = ["Minutes of the council", "Water quality", "Budget table", "Road works", "Library hours"];
  const title = `${subjects[number % subjects.length]}, ${number + 1}`;
  return {
    id: `many-${number}`,
    pairId: `pair-many-${number}`,
    language: "en",
    title,
    slug: `many-${number}`,
    status: number % 3 === 0 ? "draft" : "published",
    daysAgo: 40 + number,
    doc: { type: "doc", content: [p("What was decided, and why.")] },
  };
}
