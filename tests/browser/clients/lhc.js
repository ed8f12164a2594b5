// LHC-Forms, of the US National Library of Medicine.
import "lforms/dist/lforms/webcomponent/assets/lib/zone.min.js";
import "lforms/dist/lforms/webcomponent/lhc-forms.js";
import "lforms/dist/lforms/fhir/R4/lformsFHIR.min.js";
import "lforms/dist/lforms/webcomponent/styles.css";

export async function show(questionnaire, place) {
  const { Util } = window.LForms;
  await Util.addFormToPage(Util.convertFHIRQuestionnaireToLForms(JSON.parse(questionnaire), "R4"), place, {});
}

export function response() {
  return JSON.stringify(window.LForms.Util.getFormFHIRData("QuestionnaireResponse", "R4"));
}
