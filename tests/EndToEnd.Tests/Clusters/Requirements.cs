namespace Crescent.EndToEnd.Tests.Clusters;

/// <summary>What a machine lacks skips a test locally and fails it in CI.</summary>
internal static class Requirements
{
    public static bool IsCi => Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>Never returns: skips or fails.</summary>
    public static string Missing(string what)
    {
        if (IsCi)
        {
            Assert.Fail($"missing in CI: {what}");
        }

        Assert.Skip($"missing: {what}");
        return string.Empty;
    }
}
