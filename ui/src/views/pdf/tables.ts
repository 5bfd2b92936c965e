/** Where the tables of old encodings are, and the fonts that a PDF may leave out, by their file names. */
const found = import.meta.glob<string>(
  ["/node_modules/pdfjs-dist/cmaps/*.bcmap", "/node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}"],
  { query: "?url", import: "default", eager: true },
);

export const tables = new Map(
  Object.entries(found).map(([path, address]) => [path.split("/").pop() ?? path, address]),
);
