// Runs Lighthouse on each address, several times, as a telephone on a slow line,
// and prints the median of each category. Ends in 1 when one is below the floor.
//   node run.mjs ADDRESS…
import * as chromeLauncher from "chrome-launcher";
import lighthouse from "lighthouse";

const RUNS = 3;
const FLOOR = 95;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];

// score gives each category its points, and names the audits that cost some.
async function score(address, port) {
  const { lhr } = await lighthouse(address, { port, logLevel: "error", output: "json", onlyCategories: CATEGORIES });
  if (lhr.runtimeError) throw new Error(`${address}: ${lhr.runtimeError.message}`);
  const points = {};
  const lost = {};
  for (const category of CATEGORIES) {
    points[category] = Math.round(lhr.categories[category].score * 100);
    lost[category] = lhr.categories[category].auditRefs
      .filter(({ id, weight }) => weight > 0 && (lhr.audits[id].score ?? 1) < 0.9)
      .map(({ id }) => `${id} ${lhr.audits[id].displayValue ?? ""}`.trim());
  }
  return { points, lost };
}

const chrome = await chromeLauncher.launch({ chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"], chromePath: process.env.CHROME_PATH });
let failed = false;
try {
  for (const address of process.argv.slice(2)) {
    const runs = [];
    for (let i = 0; i < RUNS; i++) runs.push(await score(address, chrome.port));
    const line = CATEGORIES.map((category) => {
      const value = median(runs.map((run) => run.points[category]));
      const lost = [...new Set(runs.flatMap((run) => run.lost[category]))];
      if (lost.length > 0) console.error(`${address}: ${category}: ${lost.join("; ")}`);
      failed ||= value < FLOOR;
      return value;
    });
    console.log(`${new URL(address).pathname} ${line.join("/")}`);
  }
} finally {
  chrome.kill();
}
process.exitCode = failed ? 1 : 0;
