import { setUpVault, type VaultLogins, type VaultSetUp, type VaultSetUpResult } from '../clusters/vault/set-up.ts';

/** Addresses of the processes that tests run on this machine. */
const cidrs = ['127.0.0.1/32'];

/** Sets Vault up as the stack does, and returns the logins that it hands over. */
export async function setUpTestVault(
  setUp: Omit<VaultSetUp, 'handOver' | 'cidrs'>,
): Promise<VaultSetUpResult & { logins: VaultLogins }> {
  const handedOver: VaultLogins[] = [];
  const handOver = (logins: VaultLogins): Promise<void> => Promise.resolve(void handedOver.push(logins));
  const result = await setUpVault({ ...setUp, cidrs, handOver });
  const [logins] = handedOver;
  if (!logins) throw new Error('the set-up handed over no logins');
  return { ...result, logins };
}
