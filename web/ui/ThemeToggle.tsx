import Moon from 'lucide-react/icons/moon'
import Sun from 'lucide-react/icons/sun'
import { IconButton } from './IconButton'
import { chooseTheme, useTheme } from './theme'

export function ThemeToggle() {
  const other = useTheme() === 'dark' ? 'light' : 'dark'
  return (
    <IconButton label={`Use the ${other} theme`} onClick={() => chooseTheme(other)}>
      {other === 'light' ? <Sun className="size-5" /> : <Moon className="size-5" />}
    </IconButton>
  )
}
