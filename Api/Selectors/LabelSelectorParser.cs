using System.Collections.Immutable;
using System.Globalization;

namespace Crescent.Api.Selectors;

/// <summary>
/// Recursive descent over
/// <see href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors">label selectors</see>:
/// <c>a=b,c!=d,e,!f,g in (x,y),h notin (z),i>5</c>.
/// </summary>
internal sealed class LabelSelectorParser(string text)
{
    private int _position;

    public bool TryParse(out LabelSelector selector, out string problem)
    {
        selector = LabelSelector.Everything;
        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        while (!AtEnd())
        {
            if (!TryRequirement(out var requirement, out problem))
            {
                return false;
            }

            requirements.Add(requirement!);
            if (AtEnd())
            {
                break;
            }

            if (text[_position] != ',')
            {
                problem = $"found '{Word()}', expected: ',' or 'end of string'";
                return false;
            }

            _position++;
            if (AtEnd())
            {
                problem = "found '', expected: identifier after ','";
                return false;
            }
        }

        selector = new(requirements.DrainToImmutable());
        problem = string.Empty;
        return true;
    }

    private bool TryRequirement(out LabelRequirement? requirement, out string problem)
    {
        requirement = null;
        var isNegated = text[_position] == '!';
        if (isNegated)
        {
            _position++;
            AtEnd();
        }

        var key = Word();
        if (!LabelSyntax.IsKey(key))
        {
            problem = $"unable to parse requirement: <nil>: Invalid value: \"{key}\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
            return false;
        }

        if (isNegated || AtEnd() || text[_position] == ',')
        {
            requirement = new(key, isNegated ? LabelOperator.NotExists : LabelOperator.Exists, []);
            problem = string.Empty;
            return true;
        }

        if (!TryOperator(out var comparison, out var isSet))
        {
            problem = $"unable to parse requirement: found '{Word()}', expected: in, notin, =, ==, !=, gt, lt";
            return false;
        }

        if (!TryValues(isSet, out var values, out problem))
        {
            return false;
        }

        if (comparison is LabelOperator.GreaterThan or LabelOperator.LessThan
            && !long.TryParse(values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            problem = $"unable to parse requirement: values[0]: Invalid value: \"{values[0]}\": for 'Gt', 'Lt' operators, the value must be an integer";
            return false;
        }

        requirement = new(key, comparison, values);
        return true;
    }

    private bool TryOperator(out LabelOperator comparison, out bool isSet)
    {
        isSet = false;
        (comparison, var length) = text.AsSpan(_position) switch
        {
            ['=', '=', ..] => (LabelOperator.In, 2),
            ['=', ..] => (LabelOperator.In, 1),
            ['!', '=', ..] => (LabelOperator.NotIn, 2),
            ['>', ..] => (LabelOperator.GreaterThan, 1),
            ['<', ..] => (LabelOperator.LessThan, 1),
            _ => (LabelOperator.Exists, 0),
        };
        if (length > 0)
        {
            _position += length;
            return true;
        }

        isSet = true;
        var start = _position;
        switch (Word())
        {
            case "in":
                comparison = LabelOperator.In;
                return true;
            case "notin":
                comparison = LabelOperator.NotIn;
                return true;
            default:
                _position = start;
                return false;
        }
    }

    private bool TryValues(bool isSet, out ImmutableArray<string> values, out string problem)
    {
        values = [];
        if (!isSet)
        {
            AtEnd();
            return TryValue(out values, out problem);
        }

        if (AtEnd() || text[_position] != '(')
        {
            problem = $"unable to parse requirement: found '{Word()}' expected: '('";
            return false;
        }

        var found = ImmutableArray.CreateBuilder<string>();
        do
        {
            _position++;
            AtEnd();
            if (!TryValue(out var value, out problem))
            {
                return false;
            }

            found.AddRange(value);
        }
        while (!AtEnd() && text[_position] == ',');

        if (_position >= text.Length || text[_position] != ')')
        {
            problem = $"unable to parse requirement: found '{Word()}', expected: ',' or ')'";
            return false;
        }

        _position++;
        values = found.DrainToImmutable();
        return true;
    }

    private bool TryValue(out ImmutableArray<string> value, out string problem)
    {
        var word = Word();
        value = [word];
        problem = LabelSyntax.IsValue(word)
            ? string.Empty
            : $"unable to parse requirement: values[0][]: Invalid value: \"{word}\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
        return problem.Length == 0;
    }

    /// <summary>Everything up to the next separator; empty when one stands here.</summary>
    private string Word()
    {
        var start = _position;
        while (_position < text.Length && text[_position] is not (',' or '=' or '!' or '(' or ')' or '<' or '>') && !char.IsWhiteSpace(text[_position]))
        {
            _position++;
        }

        return text[start.._position];
    }

    /// <summary>Skips white space first.</summary>
    private bool AtEnd()
    {
        while (_position < text.Length && char.IsWhiteSpace(text[_position]))
        {
            _position++;
        }

        return _position >= text.Length;
    }
}
