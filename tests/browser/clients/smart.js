// Smart Forms, of Australia's CSIRO.
import {
  BaseRenderer, RendererThemeProvider, buildForm, getResponse, useRendererQueryClient,
} from "@aehrc/smart-forms-renderer";
import { QueryClientProvider } from "@tanstack/react-query";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

function Form() {
  const queries = createElement(QueryClientProvider, { client: useRendererQueryClient() }, createElement(BaseRenderer));
  return createElement(RendererThemeProvider, null, queries);
}

export async function show(questionnaire, place) {
  await buildForm({ questionnaire: JSON.parse(questionnaire) });
  createRoot(place).render(createElement(Form));
}

export function response() {
  return JSON.stringify(getResponse());
}
