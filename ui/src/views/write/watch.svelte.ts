/** The state of an editor for what shows it: it changes at most once a frame, away from the keystroke. */
import type { Editor } from "@tiptap/core";

export class Watched {
  #seen = $state(0);

  /** Watches for as long as the effect that calls it lives. */
  watch(editor: Editor): () => void {
    let frame = 0;
    const look = () => {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        this.#seen += 1;
      });
    };
    const events = ["transaction", "focus", "blur"] as const;
    for (const event of events) editor.on(event, look);
    return () => {
      cancelAnimationFrame(frame);
      for (const event of events) editor.off(event, look);
    };
  }

  /** What `read` says now, and again after each change. */
  get<T>(read: () => T): T {
    void this.#seen;
    return read();
  }
}
