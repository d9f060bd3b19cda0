// Draws each <canvas data-chart="id"> from the table with that id: one series per column after the first, coloured by the column's data-tone (a token of
// admin.css). The table stays in the page for readers without pictures and carries the exact figures; here they become approximate numbers for drawing only.
// data-lying: bars lie on their side. Does nothing on pages without Chart.js.
"use strict";
const chartTone = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
const chartLines = (text) => text.split(" ").reduce((lines, word) => {   // a bar that lies has little room for its name
  const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
  return longer.length <= 20 && lines.length ? [...lines.slice(0, -1), longer] : [...lines, word];
}, []);
const chartOf = (canvas) => {
  const table = document.getElementById(canvas.dataset.chart);
  const heads = [...table.tHead.rows[0].cells].slice(1);
  const rows = [...table.tBodies[0].rows];
  const unit = 10 ** Number(canvas.dataset.digits);
  const lying = "lying" in canvas.dataset;
  const language = document.documentElement.lang;
  const short = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  const font = { family: getComputedStyle(document.body).fontFamily, size: 12 };
  const ink = chartTone("ink-2");
  const amounts = { grid: { color: chartTone("line"), drawBorder: false }, beginAtZero: true, ticks: { maxTicksLimit: lying ? 4 : 6, color: ink, font, callback: (value) => short.format(value) } };
  const names = { grid: { display: false, drawBorder: !lying }, ticks: { color: ink, font, maxRotation: 0, autoSkip: !lying } };
  return new Chart(canvas, {
    type: "bar",
    data: {
      labels: rows.map((row) => (lying ? chartLines(row.cells[0].textContent) : row.cells[0].textContent)),
      datasets: heads.map((head, n) => ({
        label: head.textContent,
        data: rows.map((row) => Number(row.cells[n + 1].dataset.minor) / unit),
        backgroundColor: chartTone(head.dataset.tone), borderRadius: 2, categoryPercentage: .68, barPercentage: .92, maxBarThickness: 26
      }))
    },
    options: {
      animation: false, responsive: true, maintainAspectRatio: false, indexAxis: lying ? "y" : "x", locale: language,
      plugins: {
        legend: { display: heads.length > 1, position: "bottom", align: "start", labels: { boxWidth: 10, boxHeight: 10, color: ink, font } },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${rows[item.dataIndex].cells[item.datasetIndex + 1].textContent.trim()}` } }
      },
      scales: lying ? { x: amounts, y: names } : { x: names, y: amounts }
    }
  });
};
if (typeof Chart !== "undefined") {
  let charts = [];
  const draw = () => {
    for (const chart of charts) chart.destroy();
    charts = [...document.querySelectorAll("canvas[data-chart]")].map(chartOf);
  };
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
}
