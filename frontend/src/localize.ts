/** The texts that the integration doesn't have already, in the language of the page. */

import type { LitElement, ReactiveController } from "lit";
import { requestRender } from "./changes";
import en from "../translations/en.json";

/** The languages that have a file; set by the build. */
declare const LANGUAGES: readonly string[];

export type TextKey = keyof typeof en;

/** "=1" comes before the categories: in some languages, "one" is also 21 and 31. */
type PluralForm = Intl.LDMLPluralRule | "=1";
type Text = string | Partial<Record<PluralForm, string>>;
type Texts = Partial<Record<TextKey, Text>>;
type Values = Readonly<Record<string, string | number>>;

const loading = new Map<string, Promise<void>>();
const hosts = new Set<LitElement>();

let texts: Texts = en;
let textsLanguage = "en";

/** Returns the language whose file is used, such as "de" for "de-CH". */
export const closestLanguage = (language: string) => {
  const base = language.split("-")[0];
  return (
    LANGUAGES.find((each) => each === language) ??
    LANGUAGES.find((each) => each === base) ??
    "en"
  );
};

const fetchTexts = async (language: string): Promise<Texts> => {
  if (language === "en") return en;
  // The address of this module has the version, which keeps both from one release.
  const address = new URL(`translations/${language}.json`, import.meta.url);
  address.search = new URL(import.meta.url).search;
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address.pathname}: ${response.status}`);
  return (await response.json()) as Texts;
};

const use = async (language: string) => {
  try {
    const found = await fetchTexts(language);
    if (language !== closestLanguage(document.documentElement.lang)) return;
    texts = found;
    textsLanguage = language;
    hosts.forEach(requestRender);
  } catch (error) {
    // English stays, and the next page load tries again.
    console.warn("Plex Butler: no texts in the language of the page", error);
  }
};

/** Loads the texts of the language that the page has now. */
export const loadTexts = (): Promise<void> => {
  const language = closestLanguage(document.documentElement.lang);
  if (language === textsLanguage) return Promise.resolve();
  const pending = loading.get(language) ?? use(language);
  loading.set(language, pending);
  return pending.finally(() => loading.delete(language));
};

/** Follows the language of the page, which Home Assistant sets from the person's profile. */
export const followLanguage = () => {
  const observer = new MutationObserver(() => void loadTexts());
  observer.observe(document.documentElement, { attributeFilter: ["lang"] });
  void loadTexts();
};

/** Renders an element again when the texts of another language have come. */
export class TextsController implements ReactiveController {
  constructor(private readonly host: LitElement) {
    host.addController(this);
  }

  hostConnected() {
    hosts.add(this.host);
  }

  hostDisconnected() {
    hosts.delete(this.host);
  }
}

const choose = (text: Text, language: string, count: number) => {
  if (typeof text === "string") return text;
  const exact = count === 1 ? text["=1"] : undefined;
  const rule = new Intl.PluralRules(language).select(count);
  return exact ?? text[rule] ?? text.other ?? "";
};

/** Returns a text; "count" among the values selects the plural form. */
export const localize = (key: TextKey, values: Values = {}): string => {
  const own = texts[key];
  const language = own === undefined ? "en" : textsLanguage;
  const text = choose(own ?? en[key], language, Number(values["count"]));
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name];
    return typeof value === "number"
      ? new Intl.NumberFormat(language).format(value)
      : (value ?? placeholder);
  });
};
