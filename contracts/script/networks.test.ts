import { expect, test } from 'vitest'
import { networks as chainIds } from '../deployments'
import { networks } from './networks'

test('each network is ready or refused, and says where its randomness comes from', () => {
  const states = Object.entries(networks).map(([name, { chainId, preset, refusal }]) => {
    expect(chainId).toBe(chainIds[name as keyof typeof chainIds])
    return `${name}: ${refusal ? 'refused' : preset}`
  })
  expect(states).toEqual(['local: local', 'sepolia: mainnet', 'arbitrum-sepolia: refused', 'arbitrum-one: refused'])
  for (const { randomness, refusal } of Object.values(networks))
    expect(randomness.startsWith('none')).toBe(refusal !== undefined)
})
