import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { BrowserRouter } from "react-router";
import { ChatProvider } from "../features/chat/ChatProvider";
import { LanguageProvider } from "../i18n/Language";
import { App } from "./App";

/** The whole page, with what all of it shares. */
export function Page({ queries }: { queries: QueryClient }) {
  return (
    <QueryClientProvider client={queries}>
      <LanguageProvider>
        <BrowserRouter>
          <ChatProvider>
            <App />
          </ChatProvider>
        </BrowserRouter>
      </LanguageProvider>
    </QueryClientProvider>
  );
}
