using System.Globalization;

namespace Crescent.Grains.Batch;

/// <summary>One field of a cron schedule: the values it allows, and whether it was a star.</summary>
internal readonly struct CronField
{
    private readonly ulong _allowed;

    private CronField(ulong allowed, bool isStar)
    {
        _allowed = allowed;
        IsStar = isStar;
    }

    /// <summary>True for <c>*</c>, <c>?</c> and steps of them.</summary>
    public bool IsStar { get; }

    public bool Has(int value) => (_allowed & (1UL << value)) != 0;

    /// <summary>Reads a list of values, ranges and steps; answers what is wrong.</summary>
    /// <param name="text">e.g. <c>1-5,*/10</c>.</param>
    /// <param name="min">Least value.</param>
    /// <param name="max">Greatest value.</param>
    /// <param name="names">Names of the values from <paramref name="min"/> on, lower case.</param>
    /// <param name="field">The parsed field.</param>
    public static string? Parse(string text, int min, int max, ReadOnlySpan<string> names, out CronField field)
    {
        var (allowed, isStar) = (0UL, false);
        field = default;
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (ParsePart(part, min, max, names, ref allowed, ref isStar) is { } problem)
            {
                return problem;
            }
        }

        field = new(allowed, isStar);
        return allowed == 0 ? $"empty list of values: {text}" : null;
    }

    private static string? ParsePart(string part, int min, int max, ReadOnlySpan<string> names, ref ulong allowed, ref bool isStar)
    {
        var pieces = part.Split('/');
        var bounds = pieces[0].Split('-');
        int start, end;
        var isWhole = bounds[0] is "*" or "?";
        if (isWhole)
        {
            (start, end) = (min, max);
        }
        else if (!TryValue(bounds[0], min, names, out start) || !TryValue(bounds[^1], min, names, out end))
        {
            return $"failed to parse int from {part}: strconv.Atoi: parsing \"{part}\": invalid syntax";
        }

        var step = 1;
        if (bounds.Length > 2)
        {
            return $"too many hyphens: {part}";
        }

        if (pieces.Length > 2)
        {
            return $"too many slashes: {part}";
        }

        if (pieces.Length == 2)
        {
            if (!int.TryParse(pieces[1], NumberStyles.None, CultureInfo.InvariantCulture, out step))
            {
                return $"failed to parse int from {pieces[1]}: strconv.Atoi: parsing \"{pieces[1]}\": invalid syntax";
            }

            // N/step means from N on.
            end = bounds.Length == 1 && !isWhole ? max : end;
        }

        isStar |= isWhole && step <= 1;
        return start < min ? $"beginning of range ({start}) below minimum ({min}): {part}"
            : end > max ? $"end of range ({end}) above maximum ({max}): {part}"
            : start > end ? $"beginning of range ({start}) beyond end of range ({end}): {part}"
            : step == 0 ? $"step of range should be a positive number: {part}"
            : Allow(start, end, step, ref allowed);
    }

    private static string? Allow(int start, int end, int step, ref ulong allowed)
    {
        for (var value = start; value <= end; value += step)
        {
            allowed |= 1UL << value;
        }

        return null;
    }

    private static bool TryValue(string text, int min, ReadOnlySpan<string> names, out int value)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value))
        {
            return true;
        }

        var index = names.IndexOf(text.ToLowerInvariant());
        value = index + min;
        return index >= 0;
    }
}
