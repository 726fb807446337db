import { type QueryClient, QueryClientProvider, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { BrowserRouter } from "react-router";
import { ChatProvider } from "../features/chat/ChatProvider";
import { LanguageProvider, useWords } from "../i18n/Language";
import { App } from "./App";

/** The whole page, with what all of it shares. */
export function Page({ queries }: { queries: QueryClient }) {
  return (
    <QueryClientProvider client={queries}>
      <LanguageProvider>
        <BrowserRouter>
          <ChatProvider>
            <RefusalsInLanguage />
            <App />
          </ChatProvider>
        </BrowserRouter>
      </LanguageProvider>
    </QueryClientProvider>
  );
}

/** A refusal speaks the language that it was asked in, so it is asked again in the new one. */
function RefusalsInLanguage() {
  const { language } = useWords();
  const queries = useQueryClient();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another language is the reason to ask
  useEffect(() => {
    void queries.refetchQueries({ predicate: ({ state }) => state.status === "error" });
  }, [language, queries]);
  return null;
}
