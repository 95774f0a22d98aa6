package drama

// LongChain is how many shots may start from each other in a row until they drift:
// colour, contrast and skin change from the second to fourth link on, as measured by
// practitioners of several models (https://github.com/zenstory-ai/drama-skills).
const LongChain = 3
