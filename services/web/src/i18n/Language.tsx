/** The reader's language: Korean unless English was chosen, and remembered in this browser. */

import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import type { Language } from "../api/http";
import { en } from "./en";
import { ko, type Words } from "./ko";

const DICTIONARIES: Record<Language, Words> = { ko, en };
const REMEMBERED = "salon.language";

interface Chosen {
  language: Language;
  words: Words;
  switchLanguage: () => void;
}

const Context = createContext<Chosen | null>(null);

export function rememberedLanguage(): Language {
  try {
    return localStorage.getItem(REMEMBERED) === "en" ? "en" : "ko";
  } catch {
    return "ko"; // a browser that keeps nothing
  }
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(rememberedLanguage);
  useEffect(() => {
    document.title = DICTIONARIES[language].brand;
  }, [language]);

  const switchLanguage = (): void => {
    const other = language === "ko" ? "en" : "ko";
    try {
      localStorage.setItem(REMEMBERED, other);
    } catch {
      // It still switches, for as long as this page lives.
    }
    // Requests read it from here, also those that start before this page has drawn itself anew.
    document.documentElement.lang = other;
    setLanguage(other);
  };
  return <Context value={{ language, words: DICTIONARIES[language], switchLanguage }}>{children}</Context>;
}

export function useWords(): Chosen {
  const chosen = useContext(Context);
  if (chosen === null) throw new Error("useWords needs a LanguageProvider");
  return chosen;
}
