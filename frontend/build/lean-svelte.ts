import type { Plugin } from 'vite';

/**
 * Svelte's runtime without what no page of this site does: taking over HTML that Svelte drew on a server,
 * `await` in templates, forks, pending snippets, transitions and animations, components of Svelte 4.
 *
 * The runtime asks at run time whether these are in use; the answer is always no, and a bundler cannot know it.
 * Here the answers stand in the source, so that the code behind them falls away: a fifth of the runtime, on
 * every page. An edit that no longer finds its place stops the build (a new version of Svelte must be looked at), and
 * so does a component that needs what was taken out.
 */
export function leanSvelte(): Plugin {
  return {
    name: 'lean-svelte',
    apply: 'build',
    transform: {
      filter: { id: /svelte\/src\/internal\/client\/.*\.js$|\.svelte(\.ts)?$/ },
      handler(code, id) {
        const file = /internal\/client\/(.*)$/.exec(id)?.[1];
        if (file) return lean(code, file);
        for (const [what, instead] of unavailable) {
          const found = what.exec(code)?.[0];
          if (found) this.error(`${id} needs "${found}" of Svelte's runtime, which build/lean-svelte.ts keeps off the site: ${instead}`);
        }
        return { code: idle.reduce((out, [call, nothing]) => out.replace(call, nothing), code), map: null };
      },
    },
  };
}

/** What a compiled component calls when it needs a part that is gone, and what to write instead. */
const unavailable: [RegExp, string][] = [
  [/\$\.await\(/, 'keep what was awaited in a state that an $effect fills, as features/quiz/QuizPlayer.svelte does'],
  [/\$\.attribute_effect\(/, 'name the attributes of an element; {...rest} on it costs every page two kilobytes'],
  [/\$\.(?:async\w*|save|run_after_blockers|eager|pending|transition|animation|legacy_\w+)\(/, 'nothing here waits in a template, fades or is of Svelte 4'],
  [/import \{[^}]*\b(?:fork|settled|hydrate)\b[^}]*\} from ['"]svelte['"]/, 'nothing here waits in a template or takes over drawn HTML'],
];

/**
 * Calls in every component that only matter while drawn HTML is taken over, and a mark for components of Svelte 4:
 * without them a component is lighter by one part in thirty.
 */
const idle: [RegExp, string][] = [
  [/^\s*\$\.(?:reset|next|remove_input_defaults|remove_textarea_child|replay_events)\(\w*\);\n/gm, ''],
  [/,\s*\$\$slots: \{ \w+: true(?:, \w+: true)* \}/g, ''],
];

/** What these bindings of the runtime hold on this site, always. */
const constants: Record<string, string> = {
  hydrating: 'false',
  async_mode_flag: 'false',
  legacy_mode_flag: 'false',
  tracing_mode_flag: 'false',
  batch_values: 'null',
  captured_signals: 'null',
};

/** What these expressions of the runtime give on this site, always. */
const answers: [RegExp, string][] = [
  [/(?<!function )\bis_runes\(\)/g, 'true'],
  [/(?<!function )\bshould_defer_append\(\)/g, 'false'],
  [/\b(?:this|batch|current_batch)\??\.is_fork\b(?! = )/g, 'false'],
  [/\beffect\.b\?\.is_pending\b/g, 'false'],
];

type Edit = [from: string | RegExp, to: string];

/** A method of a class or a function of a module, from its name to the brace in its own column. */
const method = (name: string): RegExp => new RegExp(`\\n\\t${name.replace('#', '\\#')}\\([^\\n]*\\) \\{\\n[\\s\\S]*?\\n\\t\\}\\n`);
const field = (name: string): RegExp => new RegExp(`\\n\\t${name}(?: = [^\\n]*)?;\\n`);
const drop = (...parts: RegExp[]): Edit[] => parts.map((part) => [part, '\n']);

/** Rows of a list that are to go; where all go, the element is emptied at once. */
const destroyAll = `function pause_effects(state, to_destroy, controlled_anchor) {
	if (controlled_anchor !== null) {
		var parent_node = controlled_anchor.parentNode;
		clear_text_content(parent_node);
		parent_node.append(controlled_anchor);
		state.items.clear();
	}
	destroy_effects(state, to_destroy, controlled_anchor === null);
}
`;

/** A place where one of several things stands: the new one is drawn, then the old one goes. */
const oneBranch = `export class BranchManager {
	anchor;
	#shown = new Map();
	constructor(anchor) {
		this.anchor = anchor;
	}
	ensure(key, fn) {
		if (fn && !this.#shown.has(key)) this.#shown.set(key, branch(() => fn(this.anchor)));
		for (const [other, effect] of this.#shown) {
			if (other === key) continue;
			destroy_effect(effect);
			this.#shown.delete(other);
		}
	}
}
`;

const edits: Record<string, Edit[]> = {
  'reactivity/async.js': [[/export function flatten\([\s\S]*?\n\}\n/, 'export function flatten(blockers, sync, async, fn) { fn(sync.map(derived)); }\n']],
  'reactivity/batch.js': [
    ...drop(
      ...['async_deriveds', 'current', 'previous', '#commit_callbacks', '#discard_callbacks', '#pending', '#blocking_pending', '#deferred', '#new_effects', '#dirty_reactions', '#skipped_branches', '#unskipped_branches', 'is_fork', '#decrement_queued', 'id', 'linked', 'prev', 'next'].map(field),
      ...['constructor', '#is_deferred', '#is_skipped', 'skip_effect', 'unskip_effect', '#find_earlier_batch', '#intersects', '#merge', '#defer_effects', 'activate', 'deactivate', 'discard', 'register_created_effect', '#commit', 'increment', 'decrement', 'transfer_reactions', 'add_dirty_reaction', 'oncommit', 'ondiscard', 'settled', 'apply', '#unlink'].map(method),
    ),
    // Batches come one after the other: each is done before the next begins.
    [method('capture'), '\n\tcapture(source, value) { source.v = value; }\n'],
    [/\t\tfor \(const \[e, status\] of this\.#dirty_reactions\) \{[\s\S]*?\n\t\t\}\n/, ''],
    ['\t\tthis.apply();\n', ''],
    ['\t\t\t\tthis.#unlink();\n\t\t\t\tinfinite_loop_guard();', '\t\t\t\tinfinite_loop_guard();'],
    [/if \(!this\.#is_deferred\(\)\) this\.discard\(\);/, ''],
    [/\t\tif \(this\.#is_deferred\(\)\) \{[\s\S]*?\n\t\t\}\n/, ''],
    [/\t\tconst earlier_batch = this\.#find_earlier_batch\(\);\n/, ''],
    [/\t\tif \(earlier_batch\) \{[\s\S]*?\n\t\t\}\n/, ''],
    [/\t\tthis\.#dirty_reactions\.clear\(\);\n/, ''],
    [/\t\tfor \(const fn of this\.#commit_callbacks\) fn\(this\);\n\t\tthis\.#commit_callbacks\.clear\(\);\n/, ''],
    ['\t\tthis.#deferred?.resolve();\n', ''],
    [/\t\tif \(this\.#pending === 0 && [\s\S]*?\n\t\t\}\n/, ''],
    [' || this.#skipped_branches.has(effect)', ''],
    ['if ((flags & BLOCK_EFFECT) !== 0) this.add_dirty_reaction(effect, MAYBE_DIRTY);', ''],
    [/\t\tvar render_effects = \[\];\n/, ''],
    ['\t\tflush_queued_effects(render_effects);\n', ''],
    ['this.#traverse(root, effects, render_effects)', 'this.#traverse(root, effects)'],
    ['render_effects.push(effect);', ''],
  ],
  'reactivity/effects.js': [
    ['\tcurrent_batch?.register_created_effect(effect);\n', ''],
    [/\tvar transitions = effect\.nodes && effect\.nodes\.t;\n\n\tif \(transitions !== null\) \{[\s\S]*?\n\t\}\n/, ''],
    // Nothing fades out: what is to go goes at once, and never comes back.
    [/(export function pause_effect\([^\n]*) \{\n[\s\S]*?\n\}\n/, '$1 {\n\tif (destroy) destroy_effect(effect);\n\tif (callback) callback();\n}\n'],
    [/(export function resume_effect\([^\n]*) \{\n[\s\S]*?\n\}\n/, '$1 {}\n'],
  ],
  'reactivity/sources.js': [
    [/\t\tif \(!batch\.is_fork && eager_effects[\s\S]*?\n\t\t\}\n/, ''],
    [/if \(\(flags & EAGER_EFFECT\) !== 0\) \{[\s\S]*?\} else if \(\(flags & DERIVED\)/, 'if ((flags & DERIVED)'],
  ],
  'dom/blocks/each.js': [
    [/\(flags & EACH_IS_ANIMATED\) !== 0/g, 'false'],
    [/\tif \(state\.pending\.size > 0\) \{[\s\S]*?\n\t\}\n/, ''],
    [' && state.pending.size === 0', ''],
    ['\t\tstate.pending.delete(batch);\n\n\t\t// The', '\t\t// The'],
    ['\t\t\tpending.set(batch, keys);\n', ''],
    [/\tfunction discard\(batch\) \{[\s\S]*?\n\t\}\n/, ''],
    [/function pause_effects\([\s\S]*?\n\}\n/, destroyAll],
    [/\t\tif \(\(effect\.f & INERT\) !== 0\) \{[\s\S]*?\n\t\t\}\n/, ''],
    [/\t\tif \(state\.outrogroups !== null\) \{[\s\S]*?\n\t\t\}\n/, ''],
    [/\tif \(state\.outrogroups !== null\) \{[\s\S]*?\n\t\}\n/, ''],
    [/\tif \(is_animated\) \{\n\t\tqueue_micro_task\([\s\S]*?\n\t\}\n/, ''],
  ],
  'dom/blocks/branches.js': [
    [/export class BranchManager \{[\s\S]*?\n\}\n/, oneBranch],
  ],
  'dom/blocks/boundary.js': [
    ...drop(...['#hydrate_resolved_content', '#hydrate_failed_content', '#hydrate_pending_content', 'defer_effect', 'is_rendered', 'has_pending_snippet', '#update_pending_count', 'update_pending_count', 'get_effect_pending', '#resolve'].map(method)),
    ...drop(...['is_pending', '#hydrate_open', '#pending_effect', '#offscreen_fragment', '#local_pending_count', '#pending_count', '#pending_count_update_queued', '#dirty_reactions', '#effect_pending'].map(field)),
    [/\n\t#effect_pending_subscriber = [\s\S]*?\n\t\}\);\n/, '\n'],
    [/\t\t\tthis\.is_pending = [^\n]*\n\t\t\tthis\.#pending_count = 0;\n\t\t\tthis\.#local_pending_count = 0;\n/, ''],
    [/\t\t\tif \(this\.#pending_count > 0\) \{[\s\S]*?\n\t\t\t\}\n/, ''],
    [/\t\tif \(this\.#pending_effect\) \{[\s\S]*?\n\t\t\}\n/, ''],
    [/\t\tif \(hydrating\) \{\n\t\t\tset_hydrate_node[\s\S]*?\n\t\t\}\n/, ''],
    [/if \(hydrating\) \{[\s\S]*?\} else \{\n\t\t\t\tthis\.#render\(\);\n\t\t\t\}/, 'this.#render();'],
    [/\t\tif \(current_batch\?\.is_fork\) \{[\s\S]*?\} else \{\n\t\t\tthis\.#handle_error\(error\);\n\t\t\}/, '\t\tthis.#handle_error(error);'],
  ],
};

function lean(code: string, file: string): string {
  let out = code;
  for (const [from, to] of edits[file] ?? []) {
    const next = typeof from === 'string' ? out.replace(from, () => to) : out.replace(from, to);
    if (next === out) throw new Error(`build/lean-svelte.ts: ${file} has no ${String(from)}`);
    out = next;
  }
  // Imports and exports name the bindings; everything else uses them.
  return out
    .split(/(^import[\s\S]*?from\s*'[^']+';|^export \{[^}]*\}[^;]*;|^export let [^\n]*$)/m)
    .map((part) => (/^(import|export \{|export let)/.test(part) ? part : known(part)))
    .join('');
}

function known(part: string): string {
  let out = part;
  for (const [pattern, value] of answers) out = out.replace(pattern, value);
  for (const [name, value] of Object.entries(constants)) {
    out = out.replace(new RegExp(`(?<![.\\w])${name}\\b(?!\\s*=[^=])`, 'g'), value);
  }
  return out;
}
