/*
 * One text under one key: see letters_attempt.h.
 */
#include "letters_attempt.h"

size_t letters_texts(const struct target *target, size_t *text_of_message)
{
    size_t texts = 0;
    for (size_t i = 0; i < target->count; i++) {
        size_t before = 0;
        while (before < i && (target->messages[i].key || !target->recording ||
                              target->messages[before].channel != target->messages[i].channel))
            before++;
        text_of_message[i] = before < i ? text_of_message[before] : texts++;
    }
    return texts;
}

const struct target_message *letters_longest(const struct target *target,
                                             const size_t *text_of_message, size_t text)
{
    const struct target_message *longest = NULL;
    for (size_t i = 0; i < target->count; i++)
        if (text_of_message[i] == text && (!longest || target->messages[i].bytes > longest->bytes))
            longest = &target->messages[i];
    return longest;
}

void letters_models_free(struct letters_models *models)
{
    for (size_t i = 0; i < models->count; i++)
        sym_model_free(models->models[i]);
    models->count = 0;
}

static const struct sym_model *find_model(struct letters_models *models,
                                          const struct letters_guess *guess, bool words)
{
    for (size_t i = 0; i < models->count; i++)
        if (models->guesses[i].language == guess->language &&
            models->guesses[i].alphabet == guess->alphabet && models->models[i]->words == words)
            return models->models[i];
    struct sym_model *model = sym_model_new(guess->language, guess->alphabet, words,
                                            SYM_MODEL_ORDER);
    if (!model)
        return NULL;
    models->guesses[models->count] = *guess;
    models->models[models->count++] = model;
    return model;
}

bool letters_attempt(struct letters_attempt *attempt, struct letters_models *models,
                     const struct letters_guess *guess, const struct target *target,
                     const size_t *text_of_message, size_t text)
{
    *attempt = (struct letters_attempt){.guess = *guess, .signs.alphabet = guess->alphabet};
    for (size_t i = 0; i < target->count; i++)
        if (text_of_message[i] == text &&
            !sym_signs_add(&attempt->signs, target->messages[i].data, target->messages[i].bytes))
            return false;
    attempt->model = find_model(models, guess, sym_signs_have_words(&attempt->signs));
    return attempt->model;
}
