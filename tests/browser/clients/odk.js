// ODK Web Forms. Its form is an XForm, and its response the XML of a submission.
import { OdkWebForm, webFormsPlugin } from "@getodk/web-forms";
import { createApp, h } from "vue";

let sent;

export function show(formXml, place) {
  const onSubmit = ({ data: [files] }) => sent(files.get("xml_submission_file").text());
  const fetchFormAttachment = () => Promise.reject(new Error("the form has no attachments"));
  const render = () => h(OdkWebForm, { formXml, fetchFormAttachment, onSubmit });
  createApp({ render }).use(webFormsPlugin).mount(place);
}

export function response() {
  const made = new Promise((resolve) => { sent = resolve; });
  [...document.querySelectorAll("button")].find((button) => button.textContent.trim() === "Send").click();
  return made;
}
