import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { ChatProvider } from "../features/chat/ChatProvider";
import { SessionProvider } from "../features/session/Session";
import { App } from "./App";
import "./style.css";
import { LanguageProvider, rememberedLanguage } from "../i18n/Language";

document.documentElement.lang = rememberedLanguage();

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <LanguageProvider>
      <SessionProvider>
        <BrowserRouter>
          <ChatProvider>
            <App />
          </ChatProvider>
        </BrowserRouter>
      </SessionProvider>
    </LanguageProvider>
  </StrictMode>,
);
