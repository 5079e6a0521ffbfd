import { darkTheme, lightTheme, type Theme as RainbowTheme } from '@rainbow-me/rainbowkit'
import type { Theme } from '../ui/theme'

const shared = { borderRadius: 'medium', fontStack: 'system', overlayBlur: 'none' } as const

const themes: Record<Theme, RainbowTheme> = {
  light: lightTheme({ ...shared, accentColor: '#0b6b5f', accentColorForeground: '#ffffff' }),
  dark: darkTheme({ ...shared, accentColor: '#45d3b9', accentColorForeground: '#06201c' }),
}

export const walletTheme = (theme: Theme): RainbowTheme => themes[theme]
