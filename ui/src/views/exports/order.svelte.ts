/** What the officer asks of the next export, while it is put together. */
import type { ExportOrder, SelectionRequest } from "../../api/types";

export type Kind = "full" | "incremental" | "selection";

const ALL: SelectionRequest = { categories: [], from: null, until: null, statuses: [] };

export class Order {
  kind = $state<Kind>("full");
  categories = $state<string[]>([]);
  statuses = $state<string[]>([]);
  from = $state("");
  until = $state("");
  dir = $state("");
  key = $state("");
  password = $state("");
  stamp = $state(false);

  /** Which posts: all of them unless a selection is asked for. */
  get selection(): SelectionRequest {
    if (this.kind !== "selection") return ALL;
    return {
      categories: [...this.categories],
      from: this.from === "" ? null : this.from,
      until: this.until === "" ? null : this.until,
      statuses: [...this.statuses],
    };
  }

  /** A selection needs a condition, or it would be all. */
  get isOpen(): boolean {
    const { categories, from, until, statuses } = this.selection;
    return this.kind === "selection" && categories.length + statuses.length === 0 && !from && !until;
  }

  asked(): ExportOrder {
    return {
      dir: this.dir,
      incremental: this.kind === "incremental",
      selection: this.selection,
      sign: this.key === "" ? null : this.key,
      password: this.password === "" ? null : this.password,
      timeStamp: this.stamp,
    };
  }
}
