/** Dates, numbers and sizes as the two languages write them. Times are stored in UTC and shown local. */
import { language, t } from "./index.svelte";

const locale = (): string => (language() === "fr" ? "fr-CA" : "en-GB");

export function time(iso: string): string {
  const at = new Date(iso);
  const hours = String(at.getHours()).padStart(2, "0");
  const minutes = String(at.getMinutes()).padStart(2, "0");
  return language() === "fr" ? `${at.getHours()}\u00a0h\u00a0${minutes}` : `${hours}:${minutes}`;
}

function sameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}

export function day(iso: string): string {
  return new Date(iso).toLocaleDateString(locale(), { day: "numeric", month: "short" });
}

/** The day that a list of times is grouped by: today, or its date; the year only where it is another. */
export function dayOf(iso: string, now = new Date()): string {
  const at = new Date(iso);
  if (sameDay(at, now)) return t("write.today");
  const year = at.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return at.toLocaleDateString(locale(), { day: "numeric", month: "long", year });
}

/** The time in UTC, as records have it. */
export const utc = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)}\u00a0UTC`;

/** Today: the time alone; else the day. */
export function when(iso: string, now = new Date()): string {
  return sameDay(new Date(iso), now) ? time(iso) : day(iso);
}

export function moment(iso: string): string {
  const date = new Date(iso).toLocaleDateString(locale(), {
    day: "numeric",
    month: "short",
    year: "numeric",
  });
  return `${date}, ${time(iso)}`;
}

/** The heading a post stands under: today, the month, or the month and its year. */
export function period(iso: string, now = new Date()): string {
  const at = new Date(iso);
  if (sameDay(at, now)) return t("write.today");
  const year = at.getFullYear() === now.getFullYear() ? undefined : "numeric";
  const name = at.toLocaleDateString(locale(), { month: "long", year });
  return name.charAt(0).toLocaleUpperCase(locale()) + name.slice(1);
}

export function count(value: number): string {
  const written = value.toLocaleString(language() === "fr" ? "fr-CA" : "en-CA");
  return written.replace(/\u00a0/g, "\u202f");
}

/** Decimal units, as the makers of disks count: 2.1 MB, 2,1 Mo. */
export function size(bytes: number): string {
  const units = language() === "fr" ? ["octets", "ko", "Mo", "Go", "To"] : ["bytes", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 99.95 ? 1 : 0;
  const written = value.toLocaleString(locale(), { maximumFractionDigits: digits });
  return `${written}\u00a0${units[unit]}`;
}

export const version = (sequence: number): string => `v${String(sequence).padStart(4, "0")}`;

/** A digest in groups of four, as people compare them. */
export const digest = (hex: string): string => hex.replace(/(.{4})(?=.)/g, "$1 ");

export const fileName = (path: string): string => path.split(/[\\/]/).pop() ?? path;
