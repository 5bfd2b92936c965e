/** A PDF made of plain lines, so that a browser without a shell has one to show. */
const PAGE = "/MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R /B 4 0 R >> >>";

/** Helvetica in WinAnsiEncoding: the letters of Latin-1 stand where Latin-1 has them. */
function shown(line: string): string {
  return [...line]
    .map((letter) => ((letter.codePointAt(0) ?? 63) & 0xff).toString(16).padStart(2, "0"))
    .join("");
}

function content([title, ...lines]: string[]): string {
  const rest = lines.map((line) => `<${shown(line)}> Tj T*`).join("\n");
  return `BT /B 20 Tf 72 740 Td <${shown(title ?? "")}> Tj ET\nBT /F 12 Tf 18 TL 72 700 Td\n${rest}\nET`;
}

/** The bytes of a PDF with a page for each list of lines; the first line of each is its heading. */
export function pdfOf(pages: string[][]): Uint8Array {
  const kids = pages.map((_, page) => `${5 + 2 * page} 0 R`).join(" ");
  const font = (name: string) =>
    `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R /Lang (en) >>",
    `<< /Type /Pages /Kids [ ${kids} ] /Count ${pages.length} >>`,
    font("Helvetica"),
    font("Helvetica-Bold"),
  ];
  pages.forEach((lines, page) => {
    const drawn = content(lines);
    objects.push(`<< /Type /Page /Parent 2 0 R ${PAGE} /Contents ${6 + 2 * page} 0 R >>`);
    objects.push(`<< /Length ${drawn.length} >>\nstream\n${drawn}\nendstream`);
  });
  let file = "%PDF-1.7\n";
  const places = objects.map((object, index) => {
    const place = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const table = file.length;
  const rows = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  file += `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} /Root 1 0 R >>\n`;
  return new TextEncoder().encode(`${file}startxref\n${table}\n%%EOF\n`);
}
