/** Tables as Markdown has them: a cell is one paragraph, the first row is the head, a column has one alignment. */
import { Table, TableCell, TableHeader, TableRow } from "@tiptap/extension-table";
import { TableKeys } from "./tableKeys";

const SIDES = ["left", "center", "right"];
const isSide = (value: unknown): value is string => SIDES.includes(value as string);

const cell = {
  content: "paragraph",
  addAttributes() {
    return {
      colspan: { default: 1, validate: "number" },
      rowspan: { default: 1, validate: "number" },
      colwidth: { default: null, rendered: false },
      align: {
        default: null,
        validate: "string|null",
        parseHTML: (element: HTMLElement) => {
          const side = (element.style.textAlign || element.getAttribute("align") || "").toLowerCase();
          return isSide(side) ? side : null;
        },
        renderHTML: ({ align }: Record<string, unknown>) => (isSide(align) ? { align } : {}),
      },
    };
  },
};

export const tables = [
  TableKeys,
  Table.configure({ resizable: false }),
  TableRow,
  TableHeader.extend(cell),
  TableCell.extend(cell),
];
