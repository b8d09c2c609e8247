import js from '@eslint/js';

export default [
  { ignores: ['static/vendor/**', 'tests/out/**', 'bench/out/**'] },
  js.configs.recommended,
  {
    rules: {
      'no-undef': 'off', // tsc knows better
      'no-unused-vars': ['error', { caughtErrors: 'none' }],
      'no-console': 'error',
      'no-constructor-return': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-promise-executor-return': 'off',
      'no-self-compare': 'error',
      'no-template-curly-in-string': 'error',
      'no-unreachable-loop': 'error',
      'no-var': 'error',
      'no-shadow-restricted-names': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
      // A line that begins with a long string may be longer.
      'max-len': ['error', { code: 150, ignoreRegExpLiterals: true, ignorePattern: '^(test\\(|\\s*(\\.\\.\\.)?)"[^"]{100,}"' }],
    },
  },
  {
    files: ['static/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Text is only ever text.' },
        { property: 'outerHTML', message: 'Text is only ever text.' },
        { property: 'insertAdjacentHTML', message: 'Text is only ever text.' },
      ],
    },
  },
  { files: ['static/js/pages/*-check.js'], languageOptions: { sourceType: 'script' }, rules: { 'no-var': 'off', 'object-shorthand': 'off' } },
];
