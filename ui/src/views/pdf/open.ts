/**
 * PDFs by pdf.js, which is loaded when the first one is opened. What always holds: its worker and its tables come from
 * the window's own origin; no script of a PDF is run, no code is made from strings; bytes are asked for as they are
 * needed, so that a large file is never held whole; what is drawn is bounded in size.
 */
import type { PDFDocumentProxy, PDFPageProxy, TextLayer } from "pdfjs-dist";
import type { Backend } from "../../api/backend";

type Library = typeof import("pdfjs-dist");
type TextContent = Awaited<ReturnType<PDFPageProxy["getTextContent"]>>;

/** Bytes of one question to the backend, and of one part of the file that pdf.js keeps. */
const PART = 1 << 20;
const CHUNK = 1 << 18;
/** The most pixels of a page that is drawn, and of an image in it. */
const MOST_PIXELS = 1 << 24;
const MOST_IMAGE = 1 << 26;

/** Hands pdf.js the tables and fonts that it asks for by name. */
class Tables {
  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    const { tables } = await import("./tables");
    const address = tables.get(filename);
    if (address === undefined) throw new Error(filename);
    return new Uint8Array(await (await fetch(address)).arrayBuffer());
  }
}

let loaded: Promise<Library> | undefined;

function load(): Promise<Library> {
  loaded ??= (async () => {
    const [pdfjs, worker] = await Promise.all([
      // The build for older engines: system web views are not all of this year.
      import("pdfjs-dist/legacy/build/pdf.mjs") as unknown as Promise<Library>,
      import("pdfjs-dist/legacy/build/pdf.worker.min.mjs?url"),
    ]);
    pdfjs.GlobalWorkerOptions.workerSrc = worker.default;
    return pdfjs;
  })();
  return loaded;
}

/** Which bytes are meant. */
export interface Source {
  attachmentId: string;
  version: number;
  size: number;
}

/** A PDF that is open. */
export class OpenPdf {
  readonly pages: number;
  #library: Library;
  #document: PDFDocumentProxy;
  #texts = new Map<number, Promise<TextContent>>();

  constructor(library: Library, document: PDFDocumentProxy) {
    this.#library = library;
    this.#document = document;
    this.pages = document.numPages;
  }

  page(number: number): Promise<PDFPageProxy> {
    return this.#document.getPage(number);
  }

  /** The pieces of text on a page, as its text layer has them. */
  async pieces(number: number): Promise<string[]> {
    const { items } = await this.#text(number);
    return items.map((item) => ("str" in item ? item.str : "")).filter((text) => text !== "");
  }

  /** Read piece by piece: not every web view can go through a stream by itself. */
  #text(number: number): Promise<TextContent> {
    const read = async () => {
      const reader = (await this.page(number)).streamTextContent().getReader();
      const all: TextContent = { items: [], styles: {}, lang: null };
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        const { items, styles, lang } = part.value as TextContent;
        all.items.push(...items);
        Object.assign(all.styles, styles);
        all.lang ??= lang;
      }
      return all;
    };
    const text = this.#texts.get(number) ?? read();
    this.#texts.set(number, text);
    return text;
  }

  /** Draws a page `width` CSS pixels wide. A drawing that was stopped rejects; the canvas may be used again then. */
  async draw(number: number, canvas: HTMLCanvasElement, width: number, stop: AbortSignal): Promise<void> {
    const page = await this.page(number);
    stop.throwIfAborted();
    const natural = page.getViewport({ scale: 1 });
    const wanted = (width / natural.width) * (globalThis.devicePixelRatio || 1);
    const most = Math.sqrt(MOST_PIXELS / (natural.width * natural.height));
    const viewport = page.getViewport({ scale: Math.min(wanted, most) });
    canvas.width = Math.max(1, Math.floor(viewport.width));
    canvas.height = Math.max(1, Math.floor(viewport.height));
    const task = page.render({ canvas, viewport });
    stop.addEventListener("abort", () => task.cancel(), { once: true });
    await task.promise;
  }

  /** Lays the text of a page over its picture: to be selected, read aloud, and marked. */
  async layText(number: number, container: HTMLElement, width: number): Promise<TextLayer> {
    const page = await this.page(number);
    const scale = width / page.getViewport({ scale: 1 }).width;
    const textContentSource = await this.#text(number);
    container.replaceChildren();
    container.style.setProperty("--total-scale-factor", String(scale));
    const viewport = page.getViewport({ scale });
    const layer = new this.#library.TextLayer({ textContentSource, container, viewport });
    await layer.render();
    return layer;
  }

  close(): void {
    void this.#document.loadingTask.destroy();
  }
}

/** Opens a PDF of the library. Rejects where it cannot be read, or asks for a password. */
export async function openPdf(backend: Backend, { attachmentId, version, size }: Source): Promise<OpenPdf> {
  const library = await load();
  const read = async (from: number, length: number) =>
    new Uint8Array(await backend.call("attachment_bytes", { attachmentId, version, from, length }));
  let fail = (_: unknown) => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  class Range extends library.PDFDataRangeTransport {
    override requestDataRange(begin: number, end: number): void {
      void this.#give(begin, end).catch((reason) => fail(reason));
    }
    async #give(begin: number, end: number): Promise<void> {
      const all = new Uint8Array(end - begin);
      for (let from = begin; from < end; from += PART) {
        all.set(await read(from, Math.min(PART, end - from)), from - begin);
      }
      this.onDataRange(begin, all);
    }
  }
  const task = library.getDocument({
    range: new Range(size, await read(0, Math.min(CHUNK, size))),
    rangeChunkSize: CHUNK,
    disableAutoFetch: true,
    disableStream: true,
    isEvalSupported: false,
    useSystemFonts: false,
    useWasm: false,
    useWorkerFetch: false,
    enableXfa: false,
    BinaryDataFactory: Tables,
    cMapUrl: "/",
    standardFontDataUrl: "/",
    maxImageSize: MOST_IMAGE,
    canvasMaxAreaInBytes: MOST_PIXELS * 4,
    verbosity: 0,
  });
  try {
    return new OpenPdf(library, await Promise.race([task.promise, failed]));
  } catch (reason) {
    void task.destroy();
    throw reason;
  }
}
