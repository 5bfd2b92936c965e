/** Addresses of pasted links: without the detours by which mail and office programs watch who follows them. */
import { isSafeLink } from "../link";

const DETOURS: [RegExp, string][] = [
  [/^https?:\/\/(www\.)?google\.[a-z.]+\/url$/i, "q"],
  [/^https?:\/\/[a-z0-9.-]+\.safelinks\.protection\.outlook\.com\/?$/i, "url"],
  [/^https?:\/\/l\.(facebook|instagram)\.com\/l?(\.php)?$/i, "u"],
];

const LONGEST = 4000;

/** The address that a pasted link leads to, or null where it may not be a link. */
export function linkTarget(href: string): string | null {
  let address = href.trim();
  for (const [detour, parameter] of DETOURS) {
    const at = address.indexOf("?");
    if (at < 0 || !detour.test(address.slice(0, at))) continue;
    address = new URLSearchParams(address.slice(at + 1)).get(parameter) ?? address;
  }
  if (address === "" || address.length > LONGEST || /^(file|blob|data):/i.test(address)) return null;
  // Anchors into the page that it came from lead nowhere here.
  if (address.startsWith("#")) return null;
  return isSafeLink(address) ? address : null;
}
