/** Takes what comes and does nothing with it. */
onmessage = () => {};
