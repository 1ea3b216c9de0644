using System.Text;

namespace Crescent.Cel.Values;

/// <summary>Values as text: for messages, cut where it gets long, and for <c>format</c>, where maps are in the order of their keys.</summary>
internal sealed class Printer(bool forFormat)
{
    private const int Longest = 4_000;
    private readonly StringBuilder _text = new();

    private bool IsFull => !forFormat && _text.Length > Longest;

    public static string Show(CelValue value, bool forFormat = false)
    {
        var printer = new Printer(forFormat);
        printer.Write(value);
        return printer._text.ToString();
    }

    private void Write(CelValue value)
    {
        if (IsFull)
        {
            return;
        }

        switch (value)
        {
            case ListValue list:
                _text.Append('[');
                for (var index = 0; index < list.Count && !IsFull; index++)
                {
                    _text.Append(index > 0 ? ", " : "");
                    Write(list[index]);
                }

                _text.Append(']');
                break;
            case MapValue map:
                Write(map);
                break;
            case OptionalValue { Value: { } inner }:
                _text.Append("optional(");
                Write(inner);
                _text.Append(')');
                break;
            case DoubleValue { Value: double.PositiveInfinity or double.NegativeInfinity } number when forFormat:
                _text.Append(number.Value > 0 ? "Infinity" : "-Infinity");
                break;
            default:
                _text.Append(value);
                break;
        }
    }

    private void Write(MapValue map)
    {
        _text.Append('{');
        var isFirst = true;
        foreach (var key in forFormat ? map.Keys.OrderBy(static key => key.ToString(), StringComparer.Ordinal) : map.Keys)
        {
            if (IsFull)
            {
                break;
            }

            _text.Append(isFirst ? "" : ", ").Append(key).Append(": ");
            isFirst = false;
            Write(map.TryGet(key, out var found) ? found : NullValue.Instance);
        }

        _text.Append('}');
    }
}
