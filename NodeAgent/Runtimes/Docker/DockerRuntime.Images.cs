using System.Collections.Immutable;
using System.Net;
using Crescent.NodeAgent.Images;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Runtimes.Docker;

internal sealed partial class DockerRuntime
{
    public async Task<ImageStatus?> GetImageAsync(string image, CancellationToken cancellationToken = default) =>
        await _calls.FindAsync((engine, token) => engine.Images.InspectImageAsync(image, token), cancellationToken) is { } found
            ? DockerReading.Image(found)
            : null;

    public async Task<ImageStatus> PullImageAsync(string image, RegistryCredential? credential, CancellationToken cancellationToken = default)
    {
        if (!ImageReference.TryParse(image, out var reference))
        {
            throw new RuntimeException($"invalid reference format: {image}");
        }

        using var deadline = new CancellationTokenSource(_options.PullProgressDeadline, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        string? failure = null;
        var progress = new Relay<JSONMessage>(message =>
        {
            deadline.CancelAfter(_options.PullProgressDeadline);
            failure = message.Error?.Message ?? failure;
        });
        try
        {
            await _calls.Engine.Images.CreateImageAsync(
                new ImagesCreateParameters
                {
                    FromImage = reference.Digest.Length > 0 ? $"{reference.Repository}@{reference.Digest}" : reference.Repository,
                    Tag = reference.Digest.Length > 0 ? null : reference.Tag,
                },
                credential is null
                    ? null
                    : new AuthConfig { ServerAddress = credential.Server, Username = credential.UserName, Password = credential.Password, IdentityToken = credential.IdentityToken },
                progress,
                both.Token);
        }
        catch (DockerApiException problem)
        {
            throw DockerCalls.Translate(problem);
        }
        catch (OperationCanceledException problem) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RuntimeException($"image pull made no progress for {_options.PullProgressDeadline.TotalSeconds:0} s", isTransient: true, problem);
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException)
        {
            throw new RuntimeException(problem.Message, isTransient: true, problem);
        }

        if (failure is not null)
        {
            throw new RuntimeException(failure);
        }

        return await GetImageAsync(image, cancellationToken) ?? throw new RuntimeException($"image {image} is not there after its pull");
    }

    public async Task<ImmutableArray<ImageStatus>> ListImagesAsync(CancellationToken cancellationToken = default)
    {
        var images = await _calls.AskAsync(static (engine, token) => engine.Images.ListImagesAsync(new ImagesListParameters(), token), cancellationToken);
        return
        [
            .. images.Select(static image => new ImageStatus
            {
                Id = image.ID,
                Tags = [.. (image.RepoTags ?? []).Where(static tag => tag != "<none>:<none>")],
                Digests = [.. (image.RepoDigests ?? []).Where(static digest => digest != "<none>@<none>")],
                SizeBytes = image.Size,
            }),
        ];
    }

    /// <summary>The agent's own image is made when missing; any other is pulled once.</summary>
    private async Task EnsureSandboxImageAsync(CancellationToken cancellationToken)
    {
        if (_hasSandboxImage)
        {
            return;
        }

        await _sandboxImageLock.WaitAsync(cancellationToken);
        try
        {
            if (!_hasSandboxImage && await GetImageAsync(_options.SandboxImage, cancellationToken) is null)
            {
                if (_options.SandboxImage == PauseImage.Name)
                {
                    var info = await GetInfoAsync(cancellationToken);
                    await _calls.TellAsync((engine, token) => PauseImage.ImportAsync(engine, info.Architecture, token), cancellationToken);
                    LogMadeSandboxImage(PauseImage.Name);
                }
                else
                {
                    await PullImageAsync(_options.SandboxImage, null, cancellationToken);
                }
            }

            _hasSandboxImage = true;
        }
        finally
        {
            _sandboxImageLock.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Made the sandbox image {Image}")]
    private partial void LogMadeSandboxImage(string image);

    /// <summary>Reports on the caller's thread, in order; <see cref="Progress{T}"/> does neither.</summary>
    private sealed class Relay<T>(Action<T> action) : IProgress<T>
    {
        public void Report(T value) => action(value);
    }
}
