# Bash splits words at : and =, which stand in filters and in addresses. The package
# bash-completion puts them together again; this does where it is missing.
if ! declare -F _init_completion >/dev/null && ! declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref() {
        local i word rest=$COMP_LINE split=
        words=() cword=-1
        for ((i = 0; i <= COMP_CWORD; i++)); do
            word=${COMP_WORDS[i]}
            if [[ $cword -ge 0 && $rest != [[:space:]]* && ($split || $word != *[^:=]*) ]]; then
                words[cword]+=$word
            else
                words[++cword]=$word
            fi
            rest=${rest#"${rest%%[![:space:]]*}"}
            rest=${rest#"$word"}
            [[ $word && $word != *[^:=]* ]] && split=1 || split=
        done
        cur=${words[cword]} prev=${words[cword > 0 ? cword - 1 : 0]}
    }
fi

