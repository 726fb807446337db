import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { who } from "../api/client";
import { forgetOthers, newQueryClient } from "../api/queries";
import { rememberedLanguage } from "../i18n/Language";
import { Page } from "./Page";
import { reportPageLoad } from "./page-report";
import "./style.css";

document.documentElement.lang = rememberedLanguage();

const queries = newQueryClient();
who.subscribe(() => forgetOthers(queries, who.id));
who.ask();
reportPageLoad();

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Page queries={queries} />
  </StrictMode>,
);
