using System.Globalization;
using System.Text;

namespace Crescent.Api.Encoding.Protobuf;

/// <summary>Go's text of a duration, e.g. <c>1h0m0s</c>, <c>1.5s</c>, <c>20ms</c>.</summary>
internal static class GoDuration
{
    public static string Format(long nanoseconds)
    {
        if (nanoseconds == 0)
        {
            return "0s";
        }

        var sign = nanoseconds < 0 ? "-" : "";
        var rest = Math.Abs((decimal)nanoseconds);
        if (rest < 1_000_000_000)
        {
            var (unit, size) = rest < 1_000 ? ("ns", 1m) : rest < 1_000_000 ? ("µs", 1_000m) : ("ms", 1_000_000m);
            return sign + Number(rest / size) + unit;
        }

        var seconds = rest / 1_000_000_000;
        var (hours, minutes) = (decimal.Floor(seconds / 3600), decimal.Floor(seconds / 60) % 60);
        var text = new StringBuilder(sign);
        if (hours > 0)
        {
            text.Append(Number(hours)).Append('h');
        }

        if (hours > 0 || minutes > 0)
        {
            text.Append(Number(minutes)).Append('m');
        }

        return text.Append(Number(seconds % 60)).Append('s').ToString();
    }

    private static string Number(decimal value) => value.ToString("0.#########", CultureInfo.InvariantCulture);
}
