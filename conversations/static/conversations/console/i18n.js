/** The console in the agent's language: Chinese by default, English by choice. */
import { config } from "./config.js";
import en from "./words_en.js";
import zh from "./words_zh.js";

export const language = config.language === "en" ? "en" : "zh-hans";

const words = language === "en" ? en : zh;

/** The words for `key`, with {name} places filled from `values`. */
export function t(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}

export function has(key) {
  return Object.hasOwn(words, key);
}
