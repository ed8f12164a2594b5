// Medplum's form, with its server in the page.
import { MantineProvider } from "@mantine/core";
import "@mantine/core/styles.css";
import { MockClient } from "@medplum/mock";
import { MedplumProvider, QuestionnaireForm } from "@medplum/react";
import "@medplum/react/styles.css";
import { createElement } from "react";
import { createRoot } from "react-dom/client";

let sent;

export function show(questionnaire, place) {
  const onSubmit = (made) => sent(made);
  const form = createElement(QuestionnaireForm, { questionnaire: JSON.parse(questionnaire), onSubmit });
  const styled = createElement(MantineProvider, null, form);
  createRoot(place).render(createElement(MedplumProvider, { medplum: new MockClient() }, styled));
}

export async function response() {
  const made = new Promise((resolve) => { sent = resolve; });
  document.querySelector("form").requestSubmit();
  return JSON.stringify(await made);
}
