namespace Crescent.Grains.Tests.Hosting;

/// <summary>Keeps a text in grain storage and a reminder.</summary>
[Alias("tests.IKeeperGrain")]
public interface IKeeperGrain : IGrainWithStringKey
{
    [Alias("Get")]
    Task<string?> GetAsync();

    [Alias("Keep")]
    Task KeepAsync(string text);

    [Alias("Forget")]
    Task ForgetAsync();

    [Alias("Remind")]
    Task RemindAsync();

    [Alias("ForgetReminder")]
    Task<bool> ForgetReminderAsync();
}
