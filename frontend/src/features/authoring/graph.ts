/**
 * The graph of an interview: read from the Mermaid text that the server gives, and laid out in layers by
 * how many choices lead there. Pure, so that the drawing and the list beside it say the same.
 */

export interface GraphNode {
  id: string;
  label: string;
  /** How an end ends: referred, stopped, left, harmed. */
  end?: string;
  /** True for the entry of a learner's role. */
  role: boolean;
}

export interface GraphEdge {
  from: string;
  to: string;
  label: string;
  /** A choice that is a fault against a principle. */
  fault: boolean;
  /** The way when a condition does not hold. */
  otherwise: boolean;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

const arrow = /^(\S+?)(?:\(\[(.+)\]\))? (-->|-\.->)(?:\|(.*)\|)? (\S+)$/;
const end = /^(\S+?)\(\((.+): (.+)\)\)$/;
const scene = /^(\S+?)\[(.+)\]$/;

/** Reads the lines it knows and passes over the others; a node that only arrows name is there too. */
export function readGraph(text: string): Graph {
  const nodes = new Map<string, GraphNode>();
  const edges: GraphEdge[] = [];
  const node = (id: string): GraphNode => {
    const known = nodes.get(id) ?? { id, label: plain(id), role: false };
    nodes.set(id, known);
    return known;
  };
  for (const line of text.split('\n').map((each) => each.trim())) {
    const [way, stop, place] = [arrow.exec(line), end.exec(line), scene.exec(line)];
    if (way) {
      const [, from = '', role, kind, label = '', to = ''] = way;
      if (role !== undefined) Object.assign(node(from), { label: role, role: true });
      node(from);
      node(to);
      edges.push({ from, to, ...readLabel(label), otherwise: kind === '-.->' });
    } else if (stop) Object.assign(node(stop[1] ?? ''), { label: stop[2], end: stop[3] });
    else if (place) node(place[1] ?? '').label = place[2] ?? '';
  }
  return { nodes: [...nodes.values()], edges };
}

/** "ask-papers !2 no-harm" is the choice "ask-papers", a fault; "ask else" is the way otherwise. */
function readLabel(label: string): { label: string; fault: boolean } {
  const [choice = ''] = label.split(' !');
  return { label: choice.replace(/ else$/, ''), fault: label.includes(' !') };
}

const plain = (id: string) => id.replace(/^n_/, '');

export interface Placed extends GraphNode {
  x: number;
  y: number;
}

export interface Layout {
  nodes: Map<string, Placed>;
  width: number;
  height: number;
}

export const box = { width: 116, height: 36, gapX: 20, gapY: 44, margin: 12 };

/** Places each node in the layer of its shortest way from a beginning, beside those it comes from. */
export function layOut(graph: Graph): Layout {
  const layers = layersOf(graph);
  const widest = Math.max(1, ...layers.map((layer) => layer.length));
  const width = widest * (box.width + box.gapX) - box.gapX + 2 * box.margin;
  const height = layers.length * (box.height + box.gapY) - box.gapY + 2 * box.margin;
  const nodes = new Map<string, Placed>();
  for (const [row, layer] of layers.entries()) {
    const ordered = layer.map((node) => ({ node, pull: pullOf(node, graph, nodes, width / 2) })).sort((a, b) => a.pull - b.pull);
    const span = layer.length * (box.width + box.gapX) - box.gapX;
    for (const [column, { node }] of ordered.entries()) {
      nodes.set(node.id, { ...node, x: (width - span) / 2 + column * (box.width + box.gapX), y: box.margin + row * (box.height + box.gapY) });
    }
  }
  return { nodes, width, height: Math.max(height, 2 * box.margin) };
}

function layersOf(graph: Graph): GraphNode[][] {
  const depth = new Map<string, number>();
  const entered = new Set(graph.edges.map((edge) => edge.to));
  let front = graph.nodes.filter((node) => !entered.has(node.id)).map((node) => node.id);
  if (front.length === 0 && graph.nodes[0]) front = [graph.nodes[0].id];
  for (let at = 0; front.length > 0; at++) {
    for (const id of front) depth.set(id, at);
    const next = graph.edges.filter((edge) => front.includes(edge.from) && !depth.has(edge.to)).map((edge) => edge.to);
    front = [...new Set(next)];
  }
  const layers: GraphNode[][] = [];
  const last = Math.max(0, ...depth.values());
  // What nothing leads to stands below everything: the check calls it unreachable.
  for (const node of graph.nodes) (layers[depth.get(node.id) ?? last + 1] ??= []).push(node);
  return layers.filter(Boolean);
}

/** The mean place of those above that lead here; the middle for a beginning. */
function pullOf(node: GraphNode, graph: Graph, placed: Map<string, Placed>, middle: number): number {
  const above = graph.edges.filter((edge) => edge.to === node.id).flatMap((edge) => placed.get(edge.from) ?? []);
  return above.length === 0 ? middle : above.reduce((sum, each) => sum + each.x, 0) / above.length;
}

/** The line of an arrow: down where it can, below its neighbours sideways, around the side where it leads back up. */
export function lineOf(from: Placed, to: Placed): string {
  const [x1, x2] = [from.x + box.width / 2, to.x + box.width / 2];
  if (to.y > from.y) {
    const [y1, y2] = [from.y + box.height, to.y];
    const bend = Math.min(40, (y2 - y1) / 2);
    return `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
  }
  if (to.y === from.y && to !== from) {
    const [y, low] = [from.y + box.height, from.y + box.height + box.gapY * 0.6];
    return `M${x1} ${y}C${x1} ${low} ${x2} ${low} ${x2} ${y}`;
  }
  const [y1, y2] = [from.y + box.height / 2, to.y + box.height / 2];
  const [a, b] = [from.x + box.width, to.x + box.width];
  const out = Math.max(a, b) + 28;
  return `M${a} ${y1}C${out} ${y1} ${out} ${y2} ${b} ${y2}`;
}
