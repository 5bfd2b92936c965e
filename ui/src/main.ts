import { mount } from "svelte";
import App from "./App.svelte";
import type { Backend } from "./api/backend";
import { inShell, tauri } from "./api/tauri";
import { Session } from "./session.svelte";
import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/components.css";
import "./styles/frame.css";
import "./styles/folder.css";
import "./styles/menus.css";
import "./styles/palette.css";
import "./styles/start.css";
import "./styles/write.css";
import "./styles/prose.css";
import "./styles/history.css";
import "./styles/publish.css";
import "./styles/records.css";
import "./styles/exports.css";
import "./styles/exports-order.css";
import "./styles/source.css";
import "./styles/editor.css";
import "./styles/pdf.css";
import "./styles/care.css";
import "./styles/search.css";
import "./styles/saved.css";

/** In a browser there is no shell: the window then shows a sample library that lives in memory. */
async function backend(): Promise<Backend> {
  if (inShell()) return tauri;
  const { browserBackend } = await import("./api/browser");
  return browserBackend();
}

const target = document.getElementById("app");
if (target) mount(App, { target, props: { session: new Session(await backend()) } });
