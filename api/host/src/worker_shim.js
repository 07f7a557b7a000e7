// The Worker's entry: hands requests to Rust, and starts the module anew after a panic, so that
// one bad request cannot take the next one with it. It follows worker-build 0.8.7's shim, which
// is made for the same wasm-bindgen output.
import { WorkerEntrypoint } from "cloudflare:workers";
import * as exports from "./index.js";

const state = exports.__worker_init_state();

function renew() {
  if (!state.criticalError) return;
  exports.__wbg_reset_state();
  state.criticalError = false;
  state.instanceId++;
}

function note(error) {
  if (error instanceof WebAssembly.RuntimeError) {
    console.error("the Worker stopped:", error.message);
    state.criticalError = true;
  }
}

addEventListener("error", (event) => note(event.error));

class Entrypoint extends WorkerEntrypoint {}
Entrypoint.prototype.fetch = function fetch(request) {
  return exports.fetch.call(this, request, this.env, this.ctx);
};

function guarded(call) {
  return new Proxy(call, {
    async apply(target, self, parameters) {
      renew();
      try {
        return await target.apply(self, parameters);
      } catch (error) {
        note(error);
        throw error;
      }
    },
  });
}

const hooks = {
  construct(Class, parameters, newTarget) {
    renew();
    const make = () => Reflect.construct(Class, parameters, newTarget);
    const held = { instance: make(), instanceId: state.instanceId };
    return new Proxy(held, {
      get(held, name, receiver) {
        if (held.instanceId !== state.instanceId) {
          held.instance = make();
          held.instanceId = state.instanceId;
        }
        const value = Reflect.get(held.instance, name, receiver);
        return typeof value === "function" ? guarded(value) : value;
      },
      has: (held, name) => Reflect.has(held.instance, name),
      set: (held, name, value) => Reflect.set(held.instance, name, value),
      getPrototypeOf: (held) => Reflect.getPrototypeOf(held.instance),
      ownKeys: (held) => Reflect.ownKeys(held.instance),
      getOwnPropertyDescriptor: (held, name) =>
        Reflect.getOwnPropertyDescriptor(held.instance, name),
    });
  },
};

export const Ledger = new Proxy(exports.Ledger, hooks);
export const Registry = new Proxy(exports.Registry, hooks);
export default new Proxy(Entrypoint, hooks);
