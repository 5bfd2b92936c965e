/** The shell behind the window: commands by invoke, events by listen. */
import { convertFileSrc, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import type { Backend, Drag, Point, Stop } from "./backend";

/** An unlisten that may be asked for before the listening has begun. */
function stopLater(begun: Promise<Stop>): Stop {
  return () => {
    void begun.then((stop) => stop());
  };
}

function readDrag(payload: { type: string; paths?: string[]; position?: Point }): Drag {
  const { x, y } = payload.position ?? { x: 0, y: 0 };
  const at = { x: x / devicePixelRatio, y: y / devicePixelRatio };
  if (payload.type === "drop") return { kind: "dropped", paths: payload.paths ?? [], at };
  return payload.type === "leave" ? { kind: "left" } : { kind: "over" };
}

export const tauri: Backend = {
  call: (name, ...args) => invoke(name, args[0] ?? {}),
  listen: (event, heard) => stopLater(listen(event, ({ payload }) => heard(payload as never))),
  onDrag: (heard) =>
    stopLater(getCurrentWebview().onDragDropEvent(({ payload }) => heard(readDrag(payload)))),
  imageAddress: (name) => convertFileSrc(name, "attachment"),
};

/** Whether the page runs in the app's window, and not in a browser. */
export const inShell = (): boolean => "__TAURI_INTERNALS__" in globalThis;
