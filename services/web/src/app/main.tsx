import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { who } from "../api/client";
import { forgetOthers, newQueryClient } from "../api/queries";
import { ChatProvider } from "../features/chat/ChatProvider";
import { LanguageProvider, rememberedLanguage } from "../i18n/Language";
import { App } from "./App";
import "./style.css";

document.documentElement.lang = rememberedLanguage();

const queries = newQueryClient();
who.subscribe(() => forgetOthers(queries, who.id));
who.ask();

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <LanguageProvider>
        <BrowserRouter>
          <ChatProvider>
            <App />
          </ChatProvider>
        </BrowserRouter>
      </LanguageProvider>
    </QueryClientProvider>
  </StrictMode>,
);
