// The live pages of a room in the admin: the graph is drawn from what the server sends.

import { keep } from "../lib/live-page.js";
import { MeshGraph } from "../ui/mesh-graph.js";

const graph = document.querySelector("mesh-graph");

function draw() {
  const data = document.getElementById("graph-data")?.dataset.graph;
  if (graph instanceof MeshGraph) graph.show(data ? JSON.parse(data) : { people: [], pairs: [] });
}

draw();
keep(draw);
