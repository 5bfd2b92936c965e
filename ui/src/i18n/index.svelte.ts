/** English and French. Every key exists in both; the compiler and a test see to it. */
import i18next, { type ParseKeys } from "i18next";
import type { Language } from "../api/types";
import en from "./en.json";
import fr from "./fr.json";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en };
  }
}

export type Key = ParseKeys;

void i18next.init({
  lng: "en",
  fallbackLng: "en",
  resources: { en: { translation: en }, fr: { translation: fr } },
  interpolation: { escapeValue: false },
  initAsync: false,
  showSupportNotice: false,
});

const current = $state<{ language: Language }>({ language: "en" });

export const language = (): Language => current.language;

export function setLanguage(language: Language): void {
  void i18next.changeLanguage(language);
  current.language = language;
  document.documentElement.lang = language;
}

// The keys are checked by `Key`; the library's own signature would check the values again, for every key at once.
const say = i18next.t.bind(i18next) as unknown as (key: string, values: object) => string;

/** The text of a key in the language of the window. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return say(key, { ...values, lng: current.language });
}

/** The text of a key in both languages, for what is found by typing in either. */
export function inBoth(key: Key): string[] {
  return ["en", "fr"].map((lng) => say(key, { lng }));
}

/** The text of a key that may not exist, such as an error's code. */
export function maybe(key: string): string | null {
  const known = i18next.exists(key, { lng: current.language });
  return known ? say(key, { lng: current.language }) : null;
}
