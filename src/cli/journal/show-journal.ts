import type { ApiClient } from '../api/api-client.ts';
import { print, type Output } from '../render/output.ts';
import { recordTable } from '../render/record.ts';
import { renderTable } from '../render/table.ts';

/** `airlock journal show`: prints every record of an incident, by ascending sequence number. */
export async function showJournal(client: Pick<ApiClient, 'journal'>, incident: string, output: Output): Promise<void> {
  print(output, await client.journal(incident), (records, view) =>
    renderTable(recordTable(records, view), view.terminal),
  );
}
