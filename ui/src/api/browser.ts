/** The backend of a page in a browser: `?start`, `?lang=fr` and `?theme=dark` choose what it begins with. */
import { MemoryBackend } from "./memory";
import type { Language, Settings, Theme } from "./types";

export function browserBackend(): MemoryBackend {
  const asked = new URLSearchParams(location.search);
  const settings: Partial<Settings> = {};
  if (asked.has("lang")) settings.language = asked.get("lang") as Language;
  if (asked.has("theme")) settings.theme = asked.get("theme") as Theme;
  if (asked.get("start") === "first") settings.actor = null;
  const memory = new MemoryBackend({
    library: !asked.has("start"),
    settings,
    pace: Number(asked.get("pace") ?? 700),
    revisions: Number(asked.get("revisions") ?? 14),
    posts: Number(asked.get("posts") ?? 0),
  });
  memory.nextFiles = ["/home/nadia/annual-report.pdf"];
  if (asked.get("zip") === "damaged") memory.nextFiles = ["/media/usb/open-blog-v0004-damaged.zip"];
  if (asked.has("offline"))
    memory.publishing.wait("p3", "“Open Government site” could not be reached: it did not answer in time.");
  if (asked.has("vanished"))
    setTimeout(() => {
      const vanished = ["posts/2026-06-12-open-data.en.md", "posts/2026-06-12-donnees-ouvertes.fr.md"];
      memory.folder.show({ polling: true, vanishedCount: 37, vanished });
    }, 600);
  if (asked.has("conflict"))
    setTimeout(
      () => memory.contest("p1", "Between 4 May and 30 June, 1,300 people told us which data they need."),
      600,
    );
  return memory;
}
