/** The names of chains, as in `npm run deploy -- --network sepolia` and `lp-relay --network sepolia`, and their chain ids. */
export const networks = {
  local: 31_337,
  sepolia: 11_155_111,
  'arbitrum-sepolia': 421_614,
  'arbitrum-one': 42_161,
} as const
