/** Images of a post: their names, their addresses in the Markdown, and from where the window shows them. */
import type { Backend } from "../../api/backend";
import type { AppError } from "../../api/types";
import { t } from "../../i18n/index.svelte";

/** What an image's name ends with. */
export const IMAGES = ["png", "jpg", "jpeg", "gif", "webp"];
const FOLDER = "../attachments/";
/** The largest image that is taken, in bytes: the same bound as the library's. */
const LARGEST = 25 * 1024 * 1024;

const endOf = (path: string): string => /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";

export const isImage = (path: string): boolean => IMAGES.includes(endOf(path));
/** Whether a file is one to attach; an SVG is, so that the library can say why it takes none. */
export const isAttachment = (path: string): boolean => isImage(path) || ["pdf", "svg"].includes(endOf(path));

/** The address of an attachment in a post, without what would end it in Markdown. */
export const addressOf = (name: string): string =>
  FOLDER + name.replace(/[\s<>()\\]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

/** From where the window shows an image; one that is not the library's keeps its address. */
export function shownAddress(backend: Backend, src: string): string {
  if (!src.startsWith(FOLDER)) return src;
  const name = src.slice(FOLDER.length).split(/[?#]/, 1)[0] ?? "";
  try {
    return backend.imageAddress(decodeURIComponent(name));
  } catch {
    return backend.imageAddress(name);
  }
}

/** Sanitised HTML of a post, with its images as the window shows them. */
export function withImages(backend: Backend, html: string): string {
  if (!html.includes("<img")) return html;
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const image of page.querySelectorAll("img[src]"))
    image.setAttribute("src", shownAddress(backend, image.getAttribute("src") ?? ""));
  return page.body.innerHTML;
}

/** A file's bytes in Base64, or null where it is too large to be taken. */
export async function dataOf(file: File): Promise<string | null> {
  if (file.size > LARGEST) return null;
  const reader = new FileReader();
  const read = new Promise<string>((done, failed) => {
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => failed(reader.error);
  });
  reader.readAsDataURL(file);
  const address = await read;
  return address.slice(address.indexOf(",") + 1);
}

export const tooLarge = (name: string): AppError => ({
  code: "attachment.too_large",
  message: t("attach.tooLarge", { name, most: LARGEST / (1024 * 1024) }),
  hints: [t("attach.tooLargeWhy")],
  retryable: false,
});
