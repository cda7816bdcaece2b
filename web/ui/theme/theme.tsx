import { createTheme, MantineProvider, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import './mantine-styles.ts';
import './tokens.css';
import './mantine-overrides.css';
import './base.css';
import './print.css';

/**
 * The component library, tuned once. Overlays do not lock scrolling, because the library would inject a style element
 * for it, which the content security policy refuses.
 */
const theme = createTheme({
  primaryColor: 'blue',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  components: {
    Modal: {
      defaultProps: { lockScroll: false, centered: true, overlayProps: { backgroundOpacity: 1, color: 'transparent' } },
    },
    Drawer: { defaultProps: { lockScroll: false, overlayProps: { backgroundOpacity: 1, color: 'transparent' } } },
    Popover: { defaultProps: { shadow: 'md', withinPortal: true } },
    Menu: { defaultProps: { shadow: 'md', withinPortal: true } },
    Tooltip: { defaultProps: { openDelay: 300, events: { hover: true, focus: true, touch: true } } },
    Button: { defaultProps: { size: 'sm' } },
  },
});

/** Wraps the whole app; the colour scheme follows the system until the reader chooses. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      {children}
    </MantineProvider>
  );
}

export type SchemeChoice = 'light' | 'dark' | 'auto';

/**
 * What the reader chose, and how to choose otherwise. Transitions are kept, because the library would stop them with an
 * injected style element, which the content security policy refuses.
 */
export function useSchemeChoice(): { choice: SchemeChoice; choose: (choice: SchemeChoice) => void } {
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  return { choice: colorScheme, choose: setColorScheme };
}
