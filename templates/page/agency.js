// For an agency: one workbook, its verdict.
const own = examiner("agency");
page.drop(page.all("[data-drop=agency]")[0], "agency-drop", { many: true, folder: false }, async (files) => {
  const { at, say, lang } = page;
  at("agency-doing").textContent = say("checking");
  await engine.lay("agency/returns", files);
  await own.examine(new AbortController().signal, () => {});
  const { html } = await own.ask("shown", { lang: lang() });
  exhibit(at("agency-done"), html);
  at("agency-doing").textContent = "";
});
