import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { MemoryRouter } from "react-router";
import { newQueryClient } from "../../src/api/queries";
import { LanguageProvider } from "../../src/i18n/Language";

/** Part of the page as it stands in it: in Korean, at an address, with a memory of its own. */
export function rendered(what: ReactNode, { at = "/" } = {}) {
  return render(
    <QueryClientProvider client={newQueryClient()}>
      <LanguageProvider>
        <MemoryRouter initialEntries={[at]}>{what}</MemoryRouter>
      </LanguageProvider>
    </QueryClientProvider>,
  );
}
