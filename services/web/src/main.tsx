import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { App } from "./App";
import { ChatProvider } from "./parts/Chat";
import { SessionProvider } from "./parts/Session";
import "./style.css";
import { LanguageProvider, rememberedLanguage } from "./words/Language";

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
